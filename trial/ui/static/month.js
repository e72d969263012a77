// A month of the content calendar as a table: a button a day, a button a post, and posts that can be
// carried to another day. Every text arrives as data and is written as text, never as markup.

const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (name === "class") element.className = value
    else element.setAttribute(name, value === true ? "" : value)
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

const unseen = (text) => make("span", { class: "unseen" }, text)

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const ask = (what) => setTriggerValue("asked", { ...what, at: Date.now() })

  const postButton = (post) => {
    const button = make(
      "button",
      {
        type: "button",
        class: `post ${post.kind}${post.id === data.post ? " chosen" : ""}`,
        title: post.title,
        draggable: post.movable ? "true" : undefined,
        "data-focus": `post-${post.id}`,
      },
      make("i", { "aria-hidden": "true" }, post.sign),
      make("span", {}, post.title),
      unseen(`, ${post.said}`),
    )
    button.addEventListener("click", () => ask({ post: post.id }))
    button.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", String(post.id))
      event.dataTransfer.effectAllowed = "move"
      table.classList.add("carrying")
    })
    button.addEventListener("dragend", () => table.classList.remove("carrying"))
    return button
  }

  const dayCell = (day) => {
    const kind = [
      day.inTrial ? "" : "outside",
      day.inMonth ? "" : "other",
      day.today ? "today" : "",
      day.plannable ? "plannable" : "",
      day.iso === data.day ? "chosen" : "",
    ]
    const cell = make("td", {
      class: kind.filter(Boolean).join(" "),
      "aria-current": day.today ? "date" : undefined,
    })
    if (day.plannable) {
      const button = make(
        "button",
        { type: "button", class: "day", "data-focus": `day-${day.iso}` },
        make("b", { "aria-hidden": "true" }, String(day.number)),
        make("em", { "aria-hidden": "true" }, "+"),
        unseen(`${day.said}, plan a post`),
      )
      button.addEventListener("click", () => ask({ day: day.iso }))
      cell.append(button)
      cell.addEventListener("dragover", (event) => event.preventDefault())
      cell.addEventListener("dragenter", () => cell.classList.add("over"))
      cell.addEventListener("dragleave", (event) => {
        if (!cell.contains(event.relatedTarget)) cell.classList.remove("over")
      })
      cell.addEventListener("drop", (event) => {
        event.preventDefault()
        cell.classList.remove("over")
        const id = Number(event.dataTransfer.getData("text/plain"))
        if (Number.isInteger(id) && id > 0) ask({ move: id, to: day.iso })
      })
    } else {
      cell.append(
        make("p", { class: "day" }, make("b", { "aria-hidden": "true" }, String(day.number)), unseen(day.said)),
      )
    }
    cell.append(...day.posts.map(postButton))
    return cell
  }

  const weekRow = (week) =>
    make(
      "tr",
      {},
      make(
        "th",
        { scope: "row", class: week.kind },
        make("span", {}, week.name),
        make("b", {}, week.slots),
        make("small", {}, week.said),
      ),
      ...week.days.map(dayCell),
    )

  const table = make(
    "table",
    { class: "month" },
    make("caption", { class: "unseen" }, data.caption),
    make(
      "thead",
      {},
      make("tr", {}, make("th", { scope: "col" }, unseen("Week")), ...data.weekdays.map((name) => make("th", { scope: "col" }, name))),
    ),
    make("tbody", {}, ...data.weeks.map(weekRow)),
  )

  const focused = parentElement.querySelector("[data-focus]:focus")?.dataset.focus
  parentElement.replaceChildren(table)
  if (focused) parentElement.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus()
}
