from django.urls import path

from accounts.views import access, division, door, own, setting, user

app_name = "accounts"
urlpatterns = [
    path("login/", door.login_page, name="login"),
    path("logout/", door.log_out, name="logout"),
    path("session/left/", door.session_left, name="session_left"),
    path("session/stay/", door.session_stay, name="session_stay"),
    path("me/", own.own_settings, name="own_settings"),
    path("me/password/", own.own_password, name="own_password"),
    path("more/", own.more, name="more"),
    path("full-view/", access.full_view, name="full_view"),
    path("access/", access.access_log, name="access_log"),
    path("users/", user.user_list, name="user_list"),
    path("users/new/", user.user_create, name="user_create"),
    path("users/<int:pk>/", user.user_detail, name="user_detail"),
    path("users/<int:pk>/change/", user.user_change, name="user_change"),
    path("users/<int:pk>/password/", user.user_password, name="user_password"),
    path("users/<int:pk>/end/", user.user_end, name="user_end"),
    path("users/<int:pk>/reopen/", user.user_reopen, name="user_reopen"),
    path("users/<int:pk>/places/", user.place_add, name="place_add"),
    path("places/<int:pk>/end/", user.place_end, name="place_end"),
    path("divisions/", division.division_list, name="division_list"),
    path("divisions/new/", division.division_create, name="division_create"),
    path("divisions/<int:pk>/", division.division_detail, name="division_detail"),
    path("divisions/<int:pk>/name/", division.division_rename, name="division_rename"),
    path("settings/", setting.setting_list, name="setting_list"),
    path("settings/<slug:name>/", setting.setting_detail, name="setting_detail"),
    path("settings/values/<int:pk>/drop/", setting.value_drop, name="value_drop"),
]
