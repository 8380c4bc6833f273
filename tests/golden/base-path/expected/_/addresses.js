document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["2","2",""],["1","1","1/"]],"sets":[[0,1]],"pages":[[0,"",0,"Start"],[0,"guides/",0,"Guides"],[7,"a/",0,"A"]]}}))
