document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Start of 1","1/"],[0,"Guides","1/guides/"],[1,"A of 1","1/guides/a/"]]}))
