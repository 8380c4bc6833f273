document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Links",""],[0,"Guides","guides/"],[1,"Webhooks","guides/webhooks/"]]}))
