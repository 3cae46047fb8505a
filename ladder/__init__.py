"""The article's ladder: every version of one small library, checked, measured and profiled.

Run from the root of the repository; `ladder/README.md` says what each part is.
"""
