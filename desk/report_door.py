"""The door for a report's files: `GET /reports/{report_id}/{version}.pdf` and `.docx`, byte by byte as approved."""

from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from casebook import district_reports, report_views
from casebook.district_reports import NoReport
from desk.office import Office

NOT_FOUND = 404
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def make_report_router(office: Office) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.get("/reports/{report_id}/{version}.{ending}", include_in_schema=False)
    async def fetch(report_id: str, *, version: int, ending: Literal["pdf", "docx"]) -> Response:
        """取通报的一版：PDF 在浏览器里打开，Word 下载。"""
        try:
            async with office.reading() as casebook:
                report = await district_reports.get(casebook, report_id)
                content = await report_views.file_of(casebook, report_id, version=version, ending=ending)
        except NoReport as refusal:
            return JSONResponse({"error": str(refusal)}, NOT_FOUND)
        number = district_reports.document_number(report, district=office.district)
        shown = "inline" if ending == "pdf" else "attachment"
        named = f"{shown}; filename*=UTF-8''{quote(f'{number}.{ending}')}"
        return Response(content, media_type=MEDIA[ending], headers={"Content-Disposition": named})

    return router
