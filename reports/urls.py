from django.urls import path

from reports.views import figure, final, health, line, paper, report, search, village, workbench

app_name = "reports"
urlpatterns = [
    path("reports/", report.report_list, name="report_list"),
    path("reports/new/", report.report_create, name="report_create"),
    path("reports/<int:pk>/", report.report_detail, name="report_detail"),
    path("reports/<int:pk>/progress/", report.report_progress, name="report_progress"),
    path("reports/<int:pk>/again/", report.report_again, name="report_again"),
    path("reports/<int:pk>/confirm/", final.report_confirm, name="report_confirm"),
    path("reports/<int:pk>/final/", final.report_finalise, name="report_finalise"),
    path("reports/<int:pk>/changes/", final.report_changes, name="report_changes"),
    path("reports/<int:pk>/dates/", final.report_dates, name="report_dates"),
    path("reports/<int:pk>/word/", paper.report_word, name="report_word"),
    path("reports/<int:pk>/annex/", paper.report_annex, name="report_annex"),
    path("reports/lines/<int:pk>/", line.line_detail, name="line_detail"),
    path("reports/lines/<int:pk>/rows/", line.line_rows, name="line_rows"),
    path("reports/lines/<int:pk>/annex/", paper.line_annex, name="line_annex"),
    path("figures/", figure.figure_list, name="figure_list"),
    path("figures/<str:slug>/", figure.figure_detail, name="figure_detail"),
    path("", workbench.workbench, name="workbench"),
    path("search/", search.search, name="search"),
    path("health/", health.health_list, name="health"),
    path("health/<slug:slug>/", health.health_detail, name="health_detail"),
    path("villages/<slug:code>/", village.village_detail, name="village_detail"),
]
