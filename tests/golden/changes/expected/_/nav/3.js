document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Home of Acme",""],[0,"Guides","guides/"],[1,"Deliveries","guides/deliveries/"],[1,"Webhooks","guides/webhooks/"]]}))
