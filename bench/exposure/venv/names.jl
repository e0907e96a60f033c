using LinearAlgebra, Sockets, LibGit2
println(det([1.0 2; 3 4])); println(big(2)^200); println(BigFloat(pi)); println(occursin(r"a+","baa")); println(LibGit2.version())
sleep(8)
