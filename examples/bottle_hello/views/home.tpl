% rebase("layout", title="Bottle on " + board)
<h1>Hello from Bottle</h1>
<p>Python {{version}} on {{board}}. This browser has been here {{visits}} time{{"" if visits == 1 else "s"}}.</p>
<h2>Wishes</h2>
<ul>
% for text in wishes:
  <li>{{text}}</li>
% end
</ul>
<form method="post" action="/wish">
  <label for="wish">What should it do next?</label>
  <input id="wish" name="wish" maxlength="80" required autocomplete="off">
  <button>Wish</button>
</form>
<p><a href="/api/square/12">JSON</a> · <a href="/nowhere">Error page</a> · <a href="/fail">A handler that raises</a></p>
