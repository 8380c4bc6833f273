document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"Start"],[0,"guides/",0,"Guides"],[7,"a/",0,"A"],[0,"right/",0,"A"]]}}))
