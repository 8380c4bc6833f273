document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Includes",""],[0,"Guides","guides/"],[1,"Part","guides/part/"]]}))
