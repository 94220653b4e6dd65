<li>{{number}}: {{item}}</li>
