document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Start",""],[0,"Guides",null],[1,"Guides","guides/"]]}))
