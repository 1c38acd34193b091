"""What the functions behind nginx's directives refuse: one module per subject, each with its table of setters.

A setter takes a `Call` and raises `Refused` with nginx's own words where nginx does. It looks at one
directive at a time; what needs a second one is in `deploylint.formats.nginx.relations`.
"""
