document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"Images"],[0,"guides/",0,"Guides"],[7,"g/",0,"G"]]}}))
