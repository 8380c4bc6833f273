document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Two","2.x/"],[0,"Guides","2.x/guides/"],[1,"Webhooks of 2","2.x/guides/webhooks/"]]}))
