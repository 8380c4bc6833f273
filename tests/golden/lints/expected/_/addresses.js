document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["2","2",""],["1","1","1/"]],"sets":[[0,1],[0]],"pages":[[0,"",0,"Two"],[0,"untitled/",1,"Untitled"]]}}))
