"""Views: a class, functions, a form, JSON, files, a session, an exception."""

import datetime

from django.contrib import messages
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from .forms import NoteForm

NOTES = []


class IndexView(TemplateView):
    """The list."""

    template_name = "notes/index.html"

    def get_context_data(self, **kwargs):
        noon = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.timezone.utc)
        return super().get_context_data(notes=NOTES, noon=noon, price=1234.5, **kwargs)


def add(request):
    """A form: shown, refused, or taken."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        NOTES.append(form.cleaned_data)
        messages.success(request, f"{form.cleaned_data['title']} saved")
        return redirect("notes:detail", number=len(NOTES))
    return render(request, "notes/add.html", {"form": form})


def detail(request, number):
    """A note, or 404."""
    if not 0 < number <= len(NOTES):
        raise Http404(f"there are {len(NOTES)} notes")
    return render(request, "notes/detail.html", {"note": NOTES[number - 1]})


def year(request, year):
    """A route by a regular expression."""
    return JsonResponse({"year": year, "url": request.build_absolute_uri()})


@csrf_exempt
def api(request):
    """JSON out, with what was asked."""
    return JsonResponse({"query": request.GET.getlist("q"), "method": request.method, "now": timezone.now().tzname(),
                         "length": len(request.body)})


@csrf_exempt
@require_POST
def upload(request):
    """A file in."""
    file = request.FILES["file"]
    return JsonResponse({"name": file.name, "size": file.size, "kind": type(file).__name__})


def visits(request):
    """A session."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    return JsonResponse({"visits": request.session["visits"]})


def stream(request):
    """Piece by piece."""
    return StreamingHttpResponse(f"{number} " for number in range(5))


def fail(request):
    """Nobody catches it."""
    secret_of_the_test = 7
    return secret_of_the_test / 0
