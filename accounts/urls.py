from django.urls import path

from accounts.views import accounts, logins, save_data

urlpatterns = [
    path("api/register", logins.RegisterView.as_view(), name="register"),
    path("api/login", logins.LoginView.as_view(), name="login"),
    path("api/logout", logins.LogoutView.as_view(), name="logout"),
    path("api/me", accounts.MeView.as_view(), name="me"),
    path("api/me/export", accounts.ExportView.as_view(), name="me-export"),
    path("api/me/password", accounts.PasswordView.as_view(), name="me-password"),
    path("api/auth/register", logins.AuthRegisterView.as_view(), name="auth-register"),
    path("api/auth/login", logins.AuthLoginView.as_view(), name="auth-login"),
    path("api/auth/refresh", logins.AuthRefreshView.as_view(), name="auth-refresh"),
    path("api/auth/logout", logins.AuthLogoutView.as_view(), name="auth-logout"),
    path("api/auth/me", logins.AuthMeView.as_view(), name="auth-me"),
    path("savedata/<uuid:user_id>", save_data.SaveView.as_view(), name="savedata"),
    path("data/<uuid:user_id>", save_data.DataView.as_view(), name="data"),
]
