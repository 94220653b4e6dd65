

"""What the test appends to the settings that startproject made."""

INSTALLED_APPS += ['notes']
ALLOWED_HOSTS = ['*']
DATABASES = {}  # none yet
SESSION_ENGINE = 'django.contrib.sessions.backends.signed_cookies'
MESSAGE_STORAGE = 'django.contrib.messages.storage.cookie.CookieStorage'
LANGUAGE_CODE = 'de'
TIME_ZONE = 'Europe/Berlin'
