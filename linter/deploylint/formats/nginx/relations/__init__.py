"""What nginx refuses because of two directives or more: one module per subject.

Each takes a file and its project and yields `Fault`s. Included files are looked at in the place of their `include`; where
something is missing that nobody can read here, nothing is said of what it could bring.
"""
