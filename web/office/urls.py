from django.urls import path

from web.office import books, health, inspection, jobs, notices

urlpatterns = [
    path("health/", health.health_page, name="health"),
    path("jobs/", jobs.jobs_page, name="jobs"),
    path("jobs/<uuid:public_id>/<slug:word>/", jobs.job_view, name="job"),
    path("runs/<uuid:public_id>/background/<slug:word>/", jobs.run_work_view, name="run_work"),
    path("books/", books.books_page, name="books"),
    path("books/check/", books.ask_view, name="books_ask"),
    path("books/<uuid:public_id>/", books.check_page, name="books_check"),
    path("books/<uuid:public_id>/progress/", books.progress_fragment, name="books_progress"),
    path("inspection/", inspection.inspection_page, name="inspection"),
    path("inspection/<uuid:public_id>/", inspection.pack_page, name="inspection_pack"),
    path("inspection/<uuid:public_id>/progress/", inspection.progress_fragment, name="inspection_progress"),
    path("inspection/<uuid:public_id>/file/", inspection.pack_file, name="inspection_file"),
    path("inspection/<uuid:public_id>/cover/pdf/", inspection.cover_pdf, name="inspection_cover"),
    path("office-notices/read/", notices.read_view, name="office_notices_read"),
]
