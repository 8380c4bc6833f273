document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"Code"],[0,"long/",0,"Long"]]}}))
