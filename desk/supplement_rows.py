"""What platform or caller said later about a request, as rows of a card: what each wording adds, and when it came."""

from collections.abc import Iterator

from casebook import supplements, words
from casebook.views import RequestFile
from desk import masks
from desk.office import Office


def supplement_rows(office: Office, file: RequestFile) -> Iterator[tuple[str, str]]:
    """Yield a label and a masked text for each supplement, oldest first."""
    before = file.request["text"]
    for later in file.supplements:
        at = words.moment(later["received_at"], office.district.zone)
        if later["written_by"] == supplements.CALLER:
            yield f"诉求人补充（{at}）", masks.words(later["text"])
            continue
        yield f"补充（{at}）", masks.words(supplements.added(before, later["text"]))
        before = later["text"]
