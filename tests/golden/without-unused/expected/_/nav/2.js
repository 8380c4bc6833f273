document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Start",""],[0,"Guides","guides/"],[1,"Webhooks","guides/webhooks/","New"]]}))
