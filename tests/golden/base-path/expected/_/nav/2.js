document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Start","","Updated"],[0,"Guides","guides/"],[1,"A","guides/a/","Updated"]]}))
