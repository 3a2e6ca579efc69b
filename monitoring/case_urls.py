"""Addresses of cases."""

from django.urls import path

from monitoring.views import case, case_print, case_step, measure, paper, proof, study

urlpatterns = [
    path("cases/", case.case_list, name="case_list"),
    path("cases/export/", case.case_export, name="case_export"),
    path("cases/studies/", study.study_list, name="study_list"),
    path("cases/open/<int:household_pk>/", case.case_open, name="case_open"),
    path("cases/<int:pk>/", case.case_detail, name="case_detail"),
    path("cases/<int:pk>/withdraw/", case.case_withdraw, name="case_withdraw"),
    path("cases/<int:pk>/print/", case_print.case_print, name="case_print"),
    path("cases/<int:pk>/income/", case.case_income, name="case_income"),
    path("cases/<int:pk>/step/<slug:step>/", case_step.case_step, name="case_step"),
    path("cases/<int:pk>/turn-down/<slug:step>/", case_step.case_turn_down, name="case_turn_down"),
    path("cases/<int:pk>/measures/", measure.measure_add, name="measure_add"),
    path("cases/<int:pk>/proofs/", proof.case_proof_add, name="case_proof_add"),
    path("cases/events/<int:pk>/finish/", case_step.event_finish, name="event_finish"),
    path("cases/events/<int:pk>/correct/", case_step.event_correct, name="event_correct"),
    path("cases/events/<int:pk>/withdraw/", case_step.event_withdraw, name="event_withdraw"),
    path("cases/events/<int:pk>/take-out/", paper.paper_take_out, name="paper_take_out"),
    path("cases/measures/<int:pk>/correct/", measure.measure_correct, name="measure_correct"),
    path("cases/measures/<int:pk>/withdraw/", measure.measure_withdraw, name="measure_withdraw"),
    path("cases/proofs/<int:pk>/", proof.proof_photo, name="proof_photo"),
    path("cases/proofs/<int:pk>/drop/", proof.proof_drop, name="proof_drop"),
    path("cases/papers/", paper.paper_list, name="paper_list"),
    path("cases/papers/add/<slug:kind>/", paper.paper_add, name="paper_add"),
    path("cases/papers/<int:pk>/", paper.paper_detail, name="paper_detail"),
    path("cases/papers/<int:pk>/print/", paper.paper_print, name="paper_print"),
    path("cases/papers/<int:pk>/end/", paper.paper_end, name="paper_end"),
    path("cases/papers/<int:pk>/correct/", paper.paper_correct, name="paper_correct"),
    path("cases/papers/<int:pk>/withdraw/", paper.paper_withdraw, name="paper_withdraw"),
    path("cases/papers/<int:pk>/proofs/", proof.paper_proof_add, name="paper_proof_add"),
]
