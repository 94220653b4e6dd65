"""A form with a check of its own."""

from django import forms


class NoteForm(forms.Form):
    title = forms.CharField(max_length=20)
    text = forms.CharField(widget=forms.Textarea, required=False)
    day = forms.DateField()

    def clean_title(self):
        title = self.cleaned_data["title"]
        if title == "bad":
            raise forms.ValidationError("not that one")
        return title
