from django.urls import path

from exchange.views import batch, job, produced, row, upkeep, upload

app_name = "exchange"
urlpatterns = [
    path("imports/", batch.batch_list, name="batch_list"),
    path("imports/upload/", upload.upload, name="upload"),
    path("imports/<int:pk>/", batch.batch_detail, name="batch_detail"),
    path("imports/<int:pk>/rows/", batch.batch_rows, name="batch_rows"),
    path("imports/<int:pk>/write/", batch.batch_write, name="batch_write"),
    path("imports/<int:pk>/drop/", batch.batch_drop, name="batch_drop"),
    path("imports/<int:pk>/columns/", batch.batch_columns, name="batch_columns"),
    path("imports/<int:pk>/facts/", batch.batch_facts, name="batch_facts"),
    path("imports/<int:pk>/reasons/", batch.batch_reasons, name="batch_reasons"),
    path("imports/<int:pk>/mended/", upload.mended, name="batch_mended"),
    path("imports/rows/<int:pk>/mend/", row.row_mend, name="row_mend"),
    path("imports/rows/<int:pk>/leave-out/", row.row_leave_out, name="row_leave_out"),
    path("imports/rows/<int:pk>/take-back/", row.row_take_back, name="row_take_back"),
    path("jobs/", job.job_list, name="job_list"),
    path("jobs/<int:pk>/", job.job_detail, name="job_detail"),
    path("jobs/<int:pk>/cancel/", job.job_cancel, name="job_cancel"),
    path("files/", produced.file_list, name="file_list"),
    path("files/<int:pk>/download/", produced.file_download, name="file_download"),
    path("divisions/<int:pk>/merge/", upkeep.recode_division, name="recode_division"),
    path("reseal/", upkeep.reseal, name="reseal"),
]
