from compassion.main import main

main()
