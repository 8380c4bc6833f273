document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"Includes"],[0,"guides/",0,"Guides"],[7,"part/",0,"Part"]]}}))
