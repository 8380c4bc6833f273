document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"About Acme *Pay*","","Updated"],[0,"Guides","guides/"],[1,"A","guides/a/","Updated"]]}))
