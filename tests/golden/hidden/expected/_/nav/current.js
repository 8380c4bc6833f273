document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Start",""],[0,"Guides","guides/"],[1,"A","guides/a/"],[1,"Z","guides/z/"]]}))
