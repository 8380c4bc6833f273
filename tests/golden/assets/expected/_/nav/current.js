document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Images",""],[0,"Guides","guides/"],[1,"G","guides/g/"]]}))
