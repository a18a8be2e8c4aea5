"""The web interface: `create_app()` makes the Flask application.

In: HTTP requests. Out: pages and JSON of what the query module answers. Searches and analyses
nothing itself.
"""

from dragoman.web.app import create_app

__all__ = ["create_app"]
