"""What people do to boards: each operation makes the next project, or refuses in a sentence.

Canvas, inspector, command line and API all edit through these.
"""
