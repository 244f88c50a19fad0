"""What all tables share: the metadata with its names for constraints, and the columns that recur."""

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def instant(name: str, *, required: bool = False) -> Column[object]:
    """Return a column for an instant, with its offset."""
    return Column(name, DateTime(timezone=True), nullable=not required)


def request_key(*, primary: bool = False, nullable: bool = False) -> Column[object]:
    """Return the column that names a request."""
    key = ForeignKey("requests.request_id")
    return Column("request_id", Text, key, nullable=nullable, primary_key=primary)


def work_order_key(*, primary: bool = False, nullable: bool = False) -> Column[object]:
    """Return the column that names a work order."""
    key = ForeignKey("work_orders.work_order_id")
    return Column("work_order_id", Text, key, nullable=nullable, primary_key=primary)
