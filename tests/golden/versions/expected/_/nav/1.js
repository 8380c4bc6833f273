document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Classic","1/"],[0,"Guides","1/guides/"],[1,"Only in 2 and 1","1/guides/old/"]]}))
