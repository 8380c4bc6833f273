document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Start",""],[0,"A","right/"],[0,"Guides","guides/"],[1,"A","guides/a/"]]}))
