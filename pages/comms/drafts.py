"""What waits for Communications: approve, ask for changes, share; the longest wait first."""

import streamlit as st

from trial.domain.reasons import ReviewReason
from trial.domain.roles import Permission
from trial.services import review
from trial.services.post_views import PostView
from trial.services.review import QueueItem, ShareItem
from trial.ui import components, forms, notices, outage, process, session
from trial.ui.figures import drafts

# So many stand on the page at once; what is done makes room for the next.
SHOWN = 25

me = session.require(Permission.ALL_POST_REVIEW)
backend = process.backend()
today = session.today()


@notices.handle_errors(place=notices.TOP)
def approve(post: PostView) -> None:
    done = session.call(review.approve, post_id=post.id, version=post.version)
    notices.notify("Approved.", undo=done.undo)


@st.dialog("Send it back or decline it", icon=":material/undo:")
@outage.resilient
def send_back(item: QueueItem) -> None:
    st.html(drafts.draft_html(item))
    with st.form("drafts-back", border=False):
        final = st.radio(
            "What should happen",
            (False, True),
            format_func=lambda final: "Decline it" if final else "Ask for changes",
            captions=(
                "The department can hand it over again.",
                "It cannot be handed over again and does not count.",
            ),
            key="drafts.final",
        )
        code = st.selectbox(
            "Reason",
            list(ReviewReason),
            index=None,
            placeholder="Choose one",
            format_func=forms.label_of,
            key="drafts.reason",
        )
        notices.refusal_room("Reason")
        sentence = st.text_area("What to change", key="drafts.sentence", height=80)
        notices.refusal_room("What to change")
        components.no_patient_data()

        def send() -> None:
            done = session.call(
                review.send_back,
                post_id=item.post.id,
                version=item.post.version,
                reason_code=code or "",
                sentence=sentence,
                for_good=final,
            )
            notices.notify("Declined." if final else "Sent back.", undo=done.undo)

        forms.submit("Send", send, kind="primary")


@st.dialog("Mark as shared", icon=":material/share:")
@outage.resilient
def share(item: ShareItem) -> None:
    st.html(drafts.share_html(item))
    with st.form("drafts-share", border=False):
        link = st.text_input("Link", key="drafts.link", type="url", placeholder="https://…")
        notices.refusal_room("Link")
        on = forms.day_field("Shared on", today, key="drafts.on")
        notices.refusal_room("Shared on")

        def note() -> None:
            post = item.post
            done = session.call(
                review.share, post_id=post.id, version=post.version, link=link, on=on
            )
            notices.notify("Shared.", undo=done.undo)

        forms.submit("Save", note, kind="primary")


waiting = review.queue(me.actor, backend)
approved = review.to_share(me.actor, backend)
components.header(drafts.headline(waiting), drafts.subline(waiting, len(approved)), above="Drafts")
if not waiting:
    components.empty_state(
        "All read", "What departments hand over appears here, the longest wait first."
    )
for item in waiting[:SHOWN]:
    with st.container(border=True, key=f"draft-{item.post.id}"):
        st.html(drafts.draft_html(item))
        with st.container(horizontal=True):
            st.button(
                "Approve",
                type="primary",
                icon=":material/check:",
                key=f"drafts.approve.{item.post.id}",
                on_click=approve,
                args=(item.post,),
            )
            if st.button("Send back", key=f"drafts.back.{item.post.id}"):
                send_back(item)
if len(waiting) > SHOWN:
    st.caption(f"The {SHOWN} that have waited longest are shown first.")

if approved:
    components.section("Approved, to be shared")
for ready in approved[:SHOWN]:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"share-{ready.post.id}"
    ):
        st.html(drafts.share_html(ready))
        if st.button("Mark as shared", key=f"drafts.share.{ready.post.id}"):
            share(ready)
if len(approved) > SHOWN:
    st.caption(f"The {SHOWN} with the earliest day are shown first.")
