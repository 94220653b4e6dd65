<!doctype html>
<title>{{title or 'Bottle'}}</title>
{{!base}}
