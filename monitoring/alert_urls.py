"""Addresses of alerts, checks and doubts."""

from django.urls import path

from monitoring.views import alert, alert_act, alert_answers, alert_case, alert_check, doubt

urlpatterns = [
    path("alerts/", alert.alert_list, name="alert_list"),
    path("alerts/new/", alert.alert_create, name="alert_create"),
    path("alerts/bulk/", alert_act.alert_bulk, name="alert_bulk"),
    path("alerts/print/", alert_act.alert_print, name="alert_print"),
    path("alerts/export/", alert.alert_export, name="alert_export"),
    path("alerts/batches/", alert.alert_batches, name="alert_batches"),
    path("alerts/batches/<int:batch_pk>/answers/", alert_answers.answer_back, name="answer_back"),
    path("alerts/batches/<int:batch_pk>/returned/", alert_answers.answers_returned, name="answers_returned"),
    path("alerts/undo/<uuid:act>/", alert_act.alert_undo, name="alert_undo"),
    path("alerts/doubts/", doubt.doubt_list, name="doubt_list"),
    path("alerts/doubts/<int:pk>/reopen/", doubt.doubt_reopen, name="doubt_reopen"),
    path("alerts/doubts/<int:pk>/<slug:verdict>/", doubt.doubt_decide, name="doubt_decide"),
    path("alerts/check/", alert_check.check_list, name="check_list"),
    path("alerts/check/<int:pk>/", alert_check.check_form, name="check_form"),
    path("alerts/check/<int:pk>/keep/", alert_check.check_keep, name="check_keep"),
    path("alerts/checks/<int:pk>/correct/", alert_check.check_correct, name="check_correct"),
    path("alerts/photos/<int:pk>/", alert_check.check_photo, name="check_photo"),
    path("alerts/<int:pk>/", alert.alert_detail, name="alert_detail"),
    path("alerts/<int:pk>/take-up/", alert_case.alert_take_up, name="alert_take_up"),
    path("alerts/<int:pk>/register/", alert_case.alert_register, name="alert_register"),
    path("alerts/<int:pk>/link/<int:person_pk>/", alert_case.alert_link, name="alert_link"),
    path("alerts/<int:pk>/<slug:name>/", alert_act.alert_act, name="alert_act"),
]
