"""现场登记: the form for the phone, which opens and keeps entries without a connection, and the door for them."""

from desk.on_site.doors import make_on_site_router

__all__ = ["make_on_site_router"]
