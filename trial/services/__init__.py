"""What the product can do: one module a capability, one transaction a call.

Every function takes the actor first, asks the database what that actor may do, does one thing,
writes one audit event and returns a frozen view.
"""
