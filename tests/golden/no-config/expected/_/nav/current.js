document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"My project",""],[0,"Docs","docs/"],[1,"Guide","docs/guide/"]]}))
