"""What runs inside a web application and writes its accounts' log. Sign-ins and recoveries come in; JSON lines go out.

Nothing here needs anything but Python and the application itself: `pip install --no-deps tocsin` is enough there.
"""
