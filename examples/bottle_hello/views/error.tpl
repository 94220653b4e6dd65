% rebase("layout", title=title)
<h1>{{title}}</h1>
<p>{{text}}</p>
<p><a href="/">Back</a></p>
