using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>
/// HubSpot's own association types: a pair of types, id, reverse id, then the ids of the primary one where it exists.
/// Published in the guide to associations and in HubSpot's own clients; where only one direction is, the next number stands for the other.
/// </summary>
internal static class AssociationTable
{
    public static IEnumerable<(string From, string To, int[] Ids)> Rows =>
        Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read);

    private static (string, string, int[]) Read(string line)
    {
        var words = line.Split(' ');
        return (words[0], words[1], [.. words.Skip(2).Select(word => int.Parse(word, CultureInfo.InvariantCulture))]);
    }

    private const string Text = """
        contact company 279 280 1 2
        contact contact 449 449
        company company 450 450
        deal deal 451 451
        ticket ticket 452 452
        contact deal 4 3
        company deal 342 341 6 5
        contact ticket 15 16
        company ticket 340 339 25 26
        deal ticket 27 28
        deal line_item 19 20
        order contact 507 508
        order company 934 935 509 510
        order deal 512 511
        order line_item 513 514
        order cart 593 592
        order discount 519 520
        order ticket 525 526
        order task 726 727
        order note 764 765
        order subscription 516 515
        order invoice 518 517
        order commerce_payment 523 524
        order quote 730 731
        order meeting 768 769
        order call 772 773
        order email 776 777
        order communication 784 785
        order postal_mail 789 788
        cart contact 586 587
        cart line_item 590 591
        cart discount 588 589
        cart deal 1347 1346
        cart ticket 594 595
        cart task 728 729
        cart quote 732 733
        cart feedback_submission 1158 1157
        line_item discount 368 367
        discount deal 369 370
        deal quote 63 64
        quote line_item 67 68
        quote contact 69 70
        quote company 71 72
        quote task 217 218
        quote discount 362 361
        quote fee 364 363
        quote tax 366 365
        invoice contact 177 178
        invoice company 179 180
        invoice deal 175 176
        invoice quote 407 408
        invoice line_item 409 410
        invoice discount 411 412
        invoice fee 413 414
        invoice tax 415 416
        invoice commerce_payment 541 542
        invoice subscription 622 623
        invoice ticket 986 987
        commerce_payment contact 387 388
        commerce_payment company 389 390
        commerce_payment deal 391 392
        commerce_payment subscription 393 394
        commerce_payment line_item 395 396
        commerce_payment quote 397 398
        commerce_payment discount 428 429
        commerce_payment fee 1326 1327
        commerce_payment ticket 1354 1355
        subscription contact 295 296
        subscription company 297 298
        subscription deal 299 300
        subscription line_item 301 302
        subscription quote 303 304
        subscription ticket 1121 1122
        note contact 202 201
        note company 190 189
        note deal 214 213
        note ticket 228 227
        task contact 204 203
        task company 192 191
        task deal 216 215
        task ticket 230 229
        call contact 194 193
        call company 182 181
        call deal 206 205
        call ticket 220 219
        call meeting 399 400
        email contact 198 197
        email company 186 185
        email deal 210 209
        email ticket 224 223
        meeting contact 200 199
        meeting company 188 187
        meeting deal 212 211
        meeting ticket 226 225
        communication contact 81 82
        communication company 87 88
        communication deal 85 86
        communication ticket 83 84
        postal_mail contact 453 454
        postal_mail company 459 460
        postal_mail deal 457 458
        postal_mail ticket 455 456
        feedback_submission contact 98 97
        feedback_submission ticket 100 99
        lead contact 608 609 578 579
        lead company 610 611 580 581
        lead call 596 597
        lead email 598 599
        lead meeting 600 601
        lead communication 602 603
        lead task 646 647
        lead note 854 855
        appointment contact 906 907
        appointment company 908 909
        appointment call 912 913
        appointment email 916 917
        appointment meeting 918 919
        appointment note 920 921
        appointment task 922 923
        appointment communication 924 925
        appointment postal_mail 926 927
        appointment deal 944 945
        appointment ticket 946 947
        course contact 860 861
        course deal 862 863
        course call 866 867
        course email 870 871
        course meeting 872 873
        course note 874 875
        course task 876 877
        course communication 878 879
        course postal_mail 880 881
        course company 938 939
        course ticket 940 941
        listing contact 882 883
        listing company 884 885
        listing deal 886 887
        listing call 890 891
        listing email 894 895
        listing meeting 896 897
        listing note 898 899
        listing task 900 901
        listing communication 902 903
        listing postal_mail 904 905
        listing ticket 942 943
        service company 792 793
        service deal 794 795
        service ticket 796 797
        service contact 798 799
        service note 836 837
        service meeting 838 839
        service call 840 841
        service email 842 843
        service communication 846 847
        service postal_mail 848 849
        service task 852 853
        project company 1236 1237 1299 1300
        project deal 1238 1239
        project ticket 1240 1241
        project contact 1242 1243
        project service 1244 1245
        project task 1246 1247
        project note 1248 1249
        project project 1254 1254
        project meeting 1255 1256
        project call 1257 1258
        project email 1259 1260
        project postal_mail 1263 1264
        project communication 1281 1282
        project listing 1320 1321
        project course 1322 1323
        project appointment 1324 1325
        """;
}
