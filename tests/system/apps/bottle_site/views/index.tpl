% rebase('base.tpl', title='Things')
% greeting = name or 'stranger'
<h1>Hello {{greeting}}!</h1>
<ul>
% for number, item in enumerate(items, 1):
% include('item.tpl', number=number, item=item)
% end
</ul>
